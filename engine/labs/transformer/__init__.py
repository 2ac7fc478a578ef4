"""The lab of transformers: what every head looks at, and what each part is for."""
