"""The same small web service with coroutines that never wait: one at a time, and no lock needed."""

from fastapi import FastAPI

app = FastAPI()
items: dict[int, str] = {}
next_id = 0


@app.post("/items")
async def create_item(name: str):
    global next_id
    next_id += 1
    items[next_id] = name
    return {"id": next_id}


@app.get("/items")
async def list_items():
    return [{"id": key, "name": name} for key, name in items.items()]


@app.delete("/items/{item_id}")
async def delete_item(item_id: int):
    if item_id in items:
        del items[item_id]
    return {}
