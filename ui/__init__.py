"""What pages share and only Streamlit can do."""
