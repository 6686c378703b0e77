"""One module for each transaction number; `offered` finds it. What is outside this product's part is answered as such."""
