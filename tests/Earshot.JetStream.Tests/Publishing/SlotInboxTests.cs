using Earshot.JetStream.Publishing;
using Earshot.Protocol;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>The slots of replies: they are reused, and a burst does not keep its memory.</summary>
public sealed class SlotInboxTests
{
    [Fact]
    public async Task Slots_are_reused_and_those_of_a_burst_are_released_when_all_are_free()
    {
        await using var connection = new NatsConnection(new NatsOpts());
        var inbox = new SlotInbox<Slot>(connection.Port, new Owner());
        Slot one = inbox.Take();
        inbox.Return(one);
        Assert.Same(one, inbox.Take());
        Slot[] burst = [.. Enumerable.Range(1, 5000).Select(_ => inbox.Take())];
        Assert.Equal(Enumerable.Range(1, 5000), burst.Select(slot => slot.Number));
        Array.ForEach(burst, inbox.Return);
        Assert.Equal(8192, inbox.Slots.Length); // one is in use

        inbox.Return(one);
        Assert.Empty(inbox.Slots);
        Slot next = inbox.Take();
        Assert.Equal((0, false), (next.Number, ReferenceEquals(one, next)));
        Assert.Same(next, inbox.Slots[0]);
    }

    [Fact]
    public async Task Generation_is_used_once_in_an_inbox()
    {
        await using var connection = new NatsConnection(new NatsOpts());
        var inbox = new SlotInbox<Slot>(connection.Port, new Owner());
        uint[] generations = [.. Enumerable.Range(0, 100).Select(_ => inbox.NextGeneration())];
        Assert.Equal(100, generations.Distinct().Count());
    }

    private sealed class Owner : ISlotOwner<Slot>
    {
        public Slot CreateSlot(SlotInbox<Slot> inbox, int number) => new(number);

        public void Answered(Slot? slot, ulong token, in ServerOperation operation)
        {
        }
    }

    private sealed record Slot(int Number);
}
