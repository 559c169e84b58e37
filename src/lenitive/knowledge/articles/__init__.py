"""The articles of the library, the rules that open them and the words that find them."""
