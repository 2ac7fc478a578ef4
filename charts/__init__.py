"""Numbers in, Plotly figures and sentences out. Imports neither Streamlit nor torch."""
