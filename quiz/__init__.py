"""Questions, their grading and their schedule; knows nothing of Streamlit."""
