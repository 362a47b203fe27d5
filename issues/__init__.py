"""The life of each problem: events that nights and people write, and the state that follows from them."""
