"""Data, models, training and measurements. Imports neither Streamlit nor Plotly, and nothing heavy at package level."""
