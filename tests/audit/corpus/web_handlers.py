"""A small web service: the framework runs each of these plain functions in a thread of its pool."""

from fastapi import FastAPI

app = FastAPI()
items: dict[int, str] = {}
next_id = 0


@app.post("/items")
def create_item(name: str):
    global next_id
    next_id += 1  # finding: read-modify-write
    items[next_id] = name
    return {"id": next_id}


@app.get("/items")
def list_items():
    return [{"id": key, "name": name} for key, name in items.items()]  # finding: unsafe-iteration


@app.delete("/items/{item_id}")
def delete_item(item_id: int):
    if item_id in items:
        del items[item_id]  # finding: check-then-act
    return {}


@app.get("/count")
def count_items():
    return len(items)
