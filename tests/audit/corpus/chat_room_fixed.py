"""A chat room: a message goes to those who were there when it was sent."""


class ChatRoom:
    def __init__(self):
        self.members = set()
        self.sent = 0

    async def join(self, socket):
        self.members.add(socket)
        await self.broadcast("somebody came")

    async def leave(self, socket):
        self.members.discard(socket)
        await self.broadcast("somebody left")

    async def broadcast(self, text):
        for member in list(self.members):
            await member.send(text)
        self.sent += 1

    def names(self):
        return sorted(member.name for member in self.members.copy())
