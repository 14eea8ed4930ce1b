using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>The server refuses the subscription that replies come to.</summary>
public sealed class RefusedInboxTests
{
    [Fact]
    public async Task Requests_fail_immediately_with_the_violation_and_the_next_request_subscribes_the_inbox_again()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        Task<NatsMsg<string>> refused = rig.Connection.RequestAsync<string, string>("service", "?", cancellationToken: rig.Token).AsTask();
        string inbox = await SubscribedAsync(peer, "1", rig.Token);
        await peer.ExpectAsync("PUB service", rig.Token);
        await RefuseAsync(peer, inbox);

        NatsPermissionViolationException violation = await Assert.ThrowsAsync<NatsPermissionViolationException>(() => refused); // no time has passed
        Assert.Equal(inbox, violation.Error.Subject);
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        Task<NatsMsg<string>> answered = rig.Connection.RequestAsync<string, string>("service", "?", cancellationToken: rig.Token).AsTask();
        Assert.Equal(inbox, await SubscribedAsync(peer, "2", rig.Token));
        ClientOperation request = await peer.ExpectAsync("PUB service", rig.Token);
        await peer.SendMessageAsync(request.Line.Split(' ')[2], 2, "here");
        Assert.Equal("here", (await answered).Data);
    }

    [Fact]
    public async Task A_refusal_in_the_replay_is_counted_as_denied()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer first = await rig.OpenAsync();
        Task<NatsMsg<string>> lost = rig.Connection.RequestAsync<string, string>("service", "?", cancellationToken: rig.Token).AsTask();
        string inbox = await SubscribedAsync(first, "1", rig.Token);
        first.Close();
        await Assert.ThrowsAsync<NatsConnectionLostException>(() => lost);
        ScriptedPeer second = await rig.AcceptAsync();
        await SubscribedAsync(second, "1", rig.Token);
        await second.ExpectAsync("PING", rig.Token);
        await RefuseAsync(second, inbox);
        await second.SendAsync("PONG");

        NatsResubscribedEvent resubscribed = await rig.WhenAsync<NatsResubscribedEvent>();
        Assert.Equal((1, 1), (resubscribed.Count, resubscribed.Denied));
        _ = rig.Connection.RequestAsync<string, string>("service", "?", cancellationToken: rig.Token).AsTask().ContinueWith(static task => task.Exception, TaskScheduler.Default);
        await second.ExpectAsync("UNSUB 1", rig.Token);
        Assert.Equal(inbox, await SubscribedAsync(second, "2", rig.Token));
    }

    [Fact]
    public async Task A_late_refusal_of_an_earlier_sid_does_not_fail_the_requests_of_the_present_one()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        Task<NatsMsg<string>> refused = rig.Connection.RequestAsync<string, string>("service", "?", cancellationToken: rig.Token).AsTask();
        string inbox = await SubscribedAsync(peer, "1", rig.Token);
        await peer.ExpectAsync("PUB service", rig.Token);
        await RefuseAsync(peer, inbox);
        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => refused);
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        Task<NatsMsg<string>> answered = rig.Connection.RequestAsync<string, string>("service", "?", cancellationToken: rig.Token).AsTask();
        await SubscribedAsync(peer, "2", rig.Token);
        ClientOperation request = await peer.ExpectAsync("PUB service", rig.Token);
        await peer.SendAsync($"-ERR 'Permissions Violation for Subscription to \"{inbox}\" (sid \"1\")'");
        await peer.SendMessageAsync(request.Line.Split(' ')[2], 2, "here");

        Assert.Equal("here", (await answered).Data);
    }

    private static ValueTask RefuseAsync(ScriptedPeer peer, string inbox) => peer.SendAsync($"-ERR 'Permissions Violation for Subscription to \"{inbox}\"'");

    private static async Task<string> SubscribedAsync(ScriptedPeer peer, string sid, CancellationToken cancellationToken)
    {
        ClientOperation operation = await peer.ExpectAsync("SUB", cancellationToken);
        string[] words = operation.Line.Split(' ');
        Assert.Equal(sid, words[^1]);
        return words[1];
    }
}
