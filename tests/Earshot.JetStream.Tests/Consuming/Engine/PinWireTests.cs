using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>What a read of a priority group with a pin reports and sends, frame by frame (ADR-42).</summary>
public sealed class PinWireTests : WireTests
{
    [Fact]
    public async Task Pin_that_is_lost_or_replaced_is_reported_with_its_id()
    {
        var opts = new NatsJSConsumeOpts { MaxMsgs = 10, PriorityGroup = new NatsJSPriorityGroupOpts { Group = "A" } };
        await Consumer(pinnedGroup: "A").StartConsumeAsync<string>(opts: opts, cancellationToken: Cancel); // ends with the connection
        (string inbox, _) = await PullAsync();
        await PinnedAsync(inbox, 1, "p1");
        await StatusAsync(inbox, "423 Nats-Wrong-Pin-Id");
        (string second, string request) = await PullAsync();
        Assert.DoesNotContain("\"id\"", request, StringComparison.Ordinal);
        await StatusAsync(inbox, "423 Nats-Wrong-Pin-Id"); // of the old inbox
        await PinnedAsync(second, 2, "p2");
        await PinnedAsync(second, 3, "p2");
        await PinnedAsync(second, 4, "p3");
        await FlushAsync();

        Assert.Equal(
            ["Pinned p1", "PinIdMismatch Nats-Wrong-Pin-Id", "Unpinned p1", "Pinned p2", "Unpinned p2", "Pinned p3"],
            Connection.Events.ToList().OfType<NatsConsumerNotificationEvent>().Select(e => $"{e.Notification} {e.Detail}"));
    }

    [Fact]
    public async Task Mismatch_on_an_old_inbox_leaves_the_present_pin()
    {
        var opts = new NatsJSConsumeOpts { MaxMsgs = 10, ThresholdMsgs = 9, PriorityGroup = new NatsJSPriorityGroupOpts { Group = "A" } };
        INatsJSConsume<string> consume = await Consumer(pinnedGroup: "A").StartConsumeAsync<string>(opts: opts, cancellationToken: Cancel); // ends with the connection
        (string inbox, _) = await PullAsync();
        await StatusAsync(inbox, "409 Leadership Change");
        (string second, _) = await PullAsync();
        await PinnedAsync(second, 1, "p1");
        await StatusAsync(inbox, "423 Nats-Wrong-Pin-Id");
        await FlushAsync();
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        Task<bool> next = messages.MoveNextAsync().AsTask(); // the first message is processed, and the next pull is due

        Assert.Contains("\"id\":\"p1\"", (await NextAsync()).PayloadText, StringComparison.Ordinal);
        await PinnedAsync(second, 2, "p1");
        Assert.True(await next);
    }

    private ValueTask PinnedAsync(string inbox, int sequence, string pin) =>
        HeadersAsync($"HMSG {inbox} {SidOf(inbox)} {Reply(sequence)}", $"NATS/1.0\r\nNats-Pin-Id: {pin}\r\n\r\n");
}
