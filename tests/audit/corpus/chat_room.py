"""A chat room: people come and go while a message is being sent to all."""


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
        for member in self.members:  # finding: unsafe-iteration
            await member.send(text)
        self.sent += 1
