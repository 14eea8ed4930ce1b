using System.Text;
using Earshot.JetStream.Consuming;
using Earshot.JetStream.Publishing;
using Earshot.Protocol;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The phases of an ack whose confirmation is awaited: what happens while another thread writes it.</summary>
public sealed class ConfirmSlotTests : IAsyncLifetime
{
    private const string Reply = "$JS.ACK.S.C.1.1.1.1732752000000000000.0";

    private readonly NatsConnection _connection = new(new NatsOpts());
    private ConfirmSlot _slot = null!;
    private uint _generation;

    public ValueTask InitializeAsync()
    {
        _slot = new SlotInbox<ConfirmSlot>(_connection.Port, new Owner()).Take();
        Assert.True(AckSubject.TryRead(Encoding.UTF8.GetBytes(Reply), null, out AckSubject subject));
        _generation = _slot.Begin(subject, At(0), due: At(5), lateAt: At(2));
        return default;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    [Fact]
    public void Cancelled_while_it_is_written_it_ends_as_sent_after_the_write()
    {
        Assert.True(_slot.TryWrite(_generation));
        Assert.False(_slot.TryCancel(_generation, At(1), out _));
        Assert.True(_slot.TryWritten(_generation, 7, At(1), out bool isCancelled));
        Assert.True(isCancelled);
        Assert.True(_slot.TryCancel(_generation, At(1), out ConfirmEnd end));
        Assert.True(end.WasSent);
    }

    [Fact]
    public void Cancelled_while_it_cannot_be_written_it_ends_as_not_sent()
    {
        Assert.True(_slot.TryWrite(_generation));
        Assert.False(_slot.TryCancel(_generation, At(1), out _));
        Assert.True(_slot.TryWritten(_generation, null, At(1), out bool isCancelled));
        Assert.True(isCancelled);
        Assert.True(_slot.TryCancel(_generation, At(1), out ConfirmEnd end));
        Assert.False(end.WasSent);
        Assert.False(_slot.TryWrite(_generation));
    }

    [Fact]
    public void Cancelled_before_it_is_written_it_is_not_written()
    {
        Assert.True(_slot.TryCancel(_generation, At(1), out ConfirmEnd end));
        Assert.False(end.WasSent);
        Assert.False(_slot.TryWrite(_generation));
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Late_is_what_was_written_late_and_not_what_was_confirmed_late(int written, bool isLate)
    {
        Assert.True(_slot.TryWrite(_generation));
        Assert.True(_slot.TryWritten(_generation, 7, At(written), out _));
        Assert.True(_slot.TryEnd(_generation, null, At(4), out ConfirmEnd end));
        Assert.Equal((isLate, true, Reply), (end.WasLate, end.WasSent, end.Subject.ToString()));
    }

    [Fact]
    public void Confirmation_may_precede_the_report_of_the_writer()
    {
        Assert.True(_slot.TryWrite(_generation));
        Assert.True(_slot.TryEnd(_generation, null, At(1), out ConfirmEnd end));
        Assert.False(end.WasLate);
        Assert.False(_slot.TryWritten(_generation, 7, At(1), out _));
    }

    [Fact]
    public void Inputs_for_an_earlier_ack_have_no_effect_on_the_next_one()
    {
        Assert.True(_slot.TryEnd(_generation, null, At(1), out ConfirmEnd end));
        uint next = _slot.Begin(end.Subject, At(1), At(6), At(3));
        Assert.NotEqual(_generation, next);
        Assert.False(_slot.TryWrite(_generation));
        Assert.False(_slot.TryCancel(_generation, At(1), out _));
        Assert.True(_slot.TryWrite(next));
        Assert.False(_slot.TryWritten(_generation, 7, At(1), out _));
        Assert.False(_slot.IsOf(Reply, out _)); // not sent yet
        Assert.True(_slot.TryWritten(next, 7, At(1), out bool isCancelled));
        Assert.False(isCancelled);
        Assert.True(_slot.IsOf(Reply, out uint found));
        Assert.Equal(next, found);
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);

    private sealed class Owner : ISlotOwner<ConfirmSlot>
    {
        public ConfirmSlot CreateSlot(SlotInbox<ConfirmSlot> inbox, int number) => new(inbox, number);

        public void Answered(ConfirmSlot? slot, ulong token, in ServerOperation operation)
        {
        }
    }
}
