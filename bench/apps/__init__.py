"""The same two routes, written as the users of each framework write them."""
