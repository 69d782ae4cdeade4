"""Flask views over a dict of carts; one of them has a lock."""

import threading

from flask import Flask, jsonify, request

app = Flask(__name__)
carts: dict[str, dict[str, int]] = {}
carts_lock = threading.Lock()


@app.route("/cart/<user>", methods=["POST"])
def add(user):
    item = request.json["item"]
    with carts_lock:
        cart = carts.setdefault(user, {})
        cart[item] = cart.get(item, 0) + 1
    return jsonify(cart)


@app.route("/cart/<user>/remove", methods=["POST"])
def remove(user):
    cart = carts.get(user)
    item = request.json["item"]
    if cart is not None and cart.get(item, 0) > 0:
        cart[item] -= 1  # finding: check-then-act, read-modify-write
    return jsonify(cart)


@app.route("/carts")
def count():
    return jsonify(count=len(carts))
