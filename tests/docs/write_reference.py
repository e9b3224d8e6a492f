"""Write the parts of docs/ that are made from the program: `python -m tests.docs.write_reference`."""

from tests.docs.reference import made

if __name__ == "__main__":
    for path, text in made().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
