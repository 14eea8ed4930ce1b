using System.Buffers;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>A pooled owner is handed over with the call, whatever becomes of the call.</summary>
public sealed class OwnershipTests
{
    private const int TooLarge = 1024 * 1024 + 1;
    private static readonly NatsPubOpts s_backwards = new() { Timeout = TimeSpan.FromSeconds(-1) };

    public static TheoryData<string> Calls() =>
    [
        "publish badly", "publish with a bad reply", "publish with a bad timeout", "publish cancelled",
        "ask badly", "ask with a bad timeout", "ask cancelled", "ask many badly",
        "reply without subject", "reply badly",
    ];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_refused_call_disposes_what_was_handed_over(string what)
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        (NatsConnection connection, Owner? owner) = (rig.Connection, new Owner(16));
        Func<Task> call = what switch
        {
            "publish badly" => () => connection.PublishAsync("a..b", owner, cancellationToken: rig.Token).AsTask(),
            "publish with a bad reply" => () => connection.PublishAsync("a", owner, replyTo: "b c", cancellationToken: rig.Token).AsTask(),
            "publish with a bad timeout" => () => connection.PublishAsync("a", owner, opts: s_backwards, cancellationToken: rig.Token).AsTask(),
            "publish cancelled" => () => connection.PublishAsync("a", owner, cancellationToken: new CancellationToken(canceled: true)).AsTask(),
            "ask badly" => () => connection.RequestAsync<Owner, string>("a b", owner, cancellationToken: rig.Token).AsTask(),
            "ask with a bad timeout" => () => connection.RequestAsync<Owner, string>("a", owner, requestOpts: s_backwards, cancellationToken: rig.Token).AsTask(),
            "ask cancelled" => () => connection.RequestAsync<Owner, string>("a", owner, cancellationToken: new CancellationToken(canceled: true)).AsTask(),
            "ask many badly" => () => Task.FromResult(connection.RequestManyAsync<Owner, string>("a b", owner, cancellationToken: rig.Token)),
            "reply without subject" => () => new NatsMsg<string>("a", null, 0, null, "", connection).ReplyAsync(owner, cancellationToken: rig.Token).AsTask(),
            _ => () => new NatsMsg<string>("a", "b c", 0, null, "", connection).ReplyAsync(owner, cancellationToken: rig.Token).AsTask(),
        };

        await Assert.ThrowsAnyAsync<Exception>(call);
        Assert.Equal(1, owner.Disposals);
    }

    [Fact]
    public async Task What_is_too_large_is_disposed()
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        (Owner? published, Owner? asked) = (new Owner(TooLarge), new Owner(TooLarge));

        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(() => rig.Connection.PublishAsync("a", published, cancellationToken: rig.Token).AsTask());
        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(() => rig.Connection.RequestAsync<Owner, string>("a", asked, cancellationToken: rig.Token).AsTask());
        Assert.Equal((1, 1), (published.Disposals, asked.Disposals));
    }

    [Fact]
    public async Task A_call_that_finds_no_connection_disposes_what_was_handed_over()
    {
        await using var rig = new ConnectionRig();
        rig.Server().Refuses();
        (Owner? owner, Owner? asked, Owner? askedOfMany) = (new Owner(16), new Owner(16), new Owner(16));

        await Assert.ThrowsAnyAsync<NatsException>(() => rig.Connection.PublishAsync("a", owner, cancellationToken: rig.Token).AsTask());
        await Assert.ThrowsAnyAsync<NatsException>(() => rig.Connection.RequestAsync<Owner, string>("a", asked, cancellationToken: rig.Token).AsTask());
        await Assert.ThrowsAnyAsync<NatsException>(async () =>
        {
            await foreach (NatsMsg<string> answer in rig.Connection.RequestManyAsync<Owner, string>("a", askedOfMany, cancellationToken: rig.Token))
            {
                Assert.Fail(answer.Subject);
            }
        });
        Assert.Equal((1, 1, 1), (owner.Disposals, asked.Disposals, askedOfMany.Disposals));
    }

    [Fact]
    public async Task A_call_that_is_made_disposes_what_was_handed_over_once()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        (Owner? owner, Owner? asked) = (new Owner(16), new Owner(16));
        await rig.Connection.PublishAsync("a", owner, cancellationToken: rig.Token);
        Task<NatsMsg<string>> asking = rig.Connection.RequestAsync<Owner, string>("q", asked, cancellationToken: rig.Token).AsTask();
        await peer.ExpectAsync("PUB a 16", rig.Token);
        await peer.ExpectAsync("SUB", rig.Token);
        await peer.SendMessageAsync((await peer.ExpectAsync("PUB q", rig.Token)).Line.Split(' ')[2], 1, "here");

        Assert.Equal("here", (await asking).Data);
        Assert.Equal((1, 1), (owner.Disposals, asked.Disposals));
    }

    private sealed class Owner(int length) : IMemoryOwner<byte>
    {
        public int Disposals { get; private set; }

        public Memory<byte> Memory { get; } = new byte[length];

        public void Dispose() => Disposals++;
    }
}
