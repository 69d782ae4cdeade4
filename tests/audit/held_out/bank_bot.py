"""A chat bot with balances; coroutines of discord.py, one loop."""

from discord.ext import commands

bot = commands.Bot(command_prefix="!")
balances = {}
log = []


@bot.command()
async def pay(ctx, other, amount: int):
    me = ctx.author.name
    if balances.get(me, 0) < amount:
        await ctx.send("no money")
        return
    await ctx.send("are you sure?")
    reply = await bot.wait_for("message")
    if reply.content != "yes":
        return
    balances[me] -= amount  # finding: check-then-act
    balances[other] = balances.get(other, 0) + amount
    log.append((me, other, amount))


@bot.command()
async def daily(ctx):
    me = ctx.author.name
    balances[me] = balances.get(me, 0) + 100
    await ctx.send(f"you have {balances[me]}")
