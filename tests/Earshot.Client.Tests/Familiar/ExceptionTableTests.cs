using System.Buffers;
using System.Net.Sockets;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Familiar;

/// <summary>Which exception stands for what: each row of the table in errors.md under the name that it has there.</summary>
public sealed class ExceptionTableTests
{
    private const string Heading = "## Which exception where";

    private static readonly Dictionary<string, (Type Type, NatsOutcome? Outcome, Func<Task> Run)> s_rows = new()
    {
        ["a publish to a subject that is not allowed"] = Row<NatsInvalidSubjectException>(null, rig => rig.Connection.PublishAsync("a b", 1).AsTask()),
        ["a publish with a reply subject that is not allowed"] = Row<NatsInvalidSubjectException>(null, rig => rig.Connection.PublishAsync("a", 1, replyTo: "b.*").AsTask()),
        ["a subscription with a queue group that is not allowed"] = Row<NatsInvalidQueueGroupException>(null, rig => rig.Connection.SubscribeCoreAsync<int>("a", "").AsTask()),
        ["a header name or value that is not allowed"] = Row<NatsInvalidHeaderException>(null, rig => rig.Connection.PublishAsync("a", 1, new NatsHeaders { ["A"] = "b\r\nC: d" }).AsTask()),
        ["an option of a connection that cannot work"] = Row<ArgumentOutOfRangeException>(null, _ => Task.FromResult(new NatsConnection(new NatsOpts { MaxPingOut = 0 }))),
        ["an option of one call that cannot work"] = Row<ArgumentOutOfRangeException>(null, rig => rig.Connection.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { MaxMsgs = 0 }).AsTask()),
        ["a request that is cancelled while it waits"] = Row<TaskCanceledException>(null, CancelAsync),
        ["a request whose token is cancelled already"] = Row<TaskCanceledException>(null, rig => rig.Connection.RequestAsync<int, int>("a", 1, cancellationToken: new CancellationToken(canceled: true)).AsTask()),
        ["a request without a reply in time"] = Row<NatsNoReplyException>(NatsOutcome.Unknown, async rig =>
        {
            await rig.OpenAsync();
            await rig.PassUntilAsync(rig.Connection.RequestAsync<int, int>("a", 1, cancellationToken: rig.Token).AsTask());
        }),
        ["a request before there is a connection, in its time"] = Row<NatsNoReplyException>(NatsOutcome.NotSent, async rig =>
        {
            rig.Server().Hangs();
            await rig.PassUntilAsync(rig.Connection.RequestAsync<int, int>("a", 1, replyOpts: new NatsSubOpts { Timeout = TimeSpan.FromSeconds(1) }, cancellationToken: rig.Token).AsTask());
        }),
        ["a request without responders"] = Row<NatsNoRespondersException>(NatsOutcome.Rejected, RequestWithoutRespondersAsync),
        ["a request with many replies and without responders"] = Row<NatsNoRespondersException>(NatsOutcome.Rejected, RequestManyWithoutRespondersAsync),
        ["a ping or flush without an answer in time"] = Row<NatsTimeoutException>(NatsOutcome.Unknown, async rig =>
        {
            await rig.OpenAsync();
            await rig.PassUntilAsync(rig.Connection.PingAsync(rig.Token).AsTask());
        }),
        ["a publish that finds no room in time"] = Row<NatsTimeoutException>(NatsOutcome.NotSent, FillAsync),
        ["a publish, subscribe or ping before there is a connection, in its time"] = Row<NatsTimeoutException>(NatsOutcome.NotSent, async rig =>
        {
            rig.Server().Hangs();
            await rig.PassUntilAsync(rig.Connection.PublishAsync("a", 1, opts: new NatsPubOpts { Timeout = TimeSpan.FromSeconds(1) }, cancellationToken: rig.Token).AsTask());
        }),
        ["a call before the first connect that no server takes"] = Row<NatsConnectionFailedException>(NatsOutcome.NotSent, async rig =>
        {
            rig.Server().Refuses(SocketError.ConnectionRefused);
            await rig.PassUntilAsync(rig.Connection.PublishAsync("a", 1, cancellationToken: rig.Token).AsTask());
        }),
        ["a message larger than the server takes"] = Row<NatsPayloadTooLargeException>(NatsOutcome.NotSent, async rig =>
        {
            await rig.OpenAsync();
            await rig.Connection.PublishAsync("a", new byte[1_048_577], cancellationToken: rig.Token);
        }),
        ["EnsureSuccess() of a message that cannot be read"] = Row<NatsDeserializeException>(null, _ =>
        {
            NatsMsg<int>.Build("a", null, null, new ReadOnlySequence<byte>("x"u8.ToArray()), null, new NatsHeaderParser(), NatsDefaultSerializer<int>.Default).EnsureSuccess();
            return Task.CompletedTask;
        }),
        ["a call on a closed connection"] = Row<NatsConnectionClosedException>(NatsOutcome.NotSent, async rig =>
        {
            await rig.OpenAsync();
            await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());
            await rig.Connection.PublishAsync("a", 1, cancellationToken: rig.Token);
        }),
        ["a call on a disposed connection"] = Row<ObjectDisposedException>(null, async rig =>
        {
            await rig.PassUntilAsync(rig.Connection.DisposeAsync().AsTask());
            await rig.Connection.PublishAsync("a", 1, cancellationToken: rig.Token);
        }),
    };

    public static TheoryData<string> Rows => [.. s_rows.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Exception_of_the_row(string row)
    {
        (Type type, NatsOutcome? outcome, Func<Task> run) = s_rows[row];
        Exception thrown = await Assert.ThrowsAnyAsync<Exception>(run);
        Assert.IsType(type, thrown);
        Assert.Equal(outcome, (thrown as NatsDeliveryException)?.Outcome);
        Assert.True(thrown is NatsException or ArgumentException or OperationCanceledException or ObjectDisposedException);
    }

    [Fact]
    public void The_page_has_the_same_rows()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Earshot.slnx")))
        {
            folder = folder.Parent!;
        }

        string section = File.ReadAllText(Path.Combine(folder.FullName, "docs", "reference", "errors.md")).Split($"\n{Heading}\n")[1].Split("\n## ")[0];
        Assert.Equal(
            s_rows.Select(row => $"| {row.Key} | `{row.Value.Type.Name}` | {(row.Value.Outcome is { } outcome ? $"`{outcome}`" : "")} |"),
            section.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1));
    }

    private static (Type Type, NatsOutcome? Outcome, Func<Task> Run) Row<T>(NatsOutcome? outcome, Func<ConnectionRig, Task> run)
        where T : Exception =>
        (typeof(T), outcome, () => RunAsync(run));

    private static async Task RunAsync(Func<ConnectionRig, Task> run)
    {
        await using var rig = new ConnectionRig(o => o with { PendingBufferSize = 1000 });
        await run(rig);
    }

    private static async Task CancelAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        using var stop = new CancellationTokenSource();
        Task<NatsMsg<int>> request = rig.Connection.RequestAsync<int, int>("a", 1, cancellationToken: stop.Token).AsTask();
        await peer.ExpectAsync("SUB", rig.Token);
        await peer.ExpectAsync("PUB a", rig.Token);
        await stop.CancelAsync();
        await request;
    }

    private static async Task RequestWithoutRespondersAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        Task<NatsMsg<int>> request = rig.Connection.RequestAsync<int, int>("a", 1, cancellationToken: rig.Token).AsTask();
        await peer.ExpectAsync("SUB", rig.Token);
        string inbox = (await peer.ExpectAsync("PUB a", rig.Token)).Line.Split(' ')[2];
        await peer.SendAsync($"HMSG {inbox} 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n");
        await request;
    }

    private static async Task RequestManyWithoutRespondersAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        IAsyncEnumerator<NatsMsg<int>> replies = rig.Connection.RequestManyAsync<int, int>("a", 1, cancellationToken: rig.Token).GetAsyncEnumerator(rig.Token);
        Task<bool> next = replies.MoveNextAsync().AsTask();
        await peer.ExpectAsync("SUB", rig.Token);
        string inbox = (await peer.ExpectAsync("PUB a", rig.Token)).Line.Split(' ')[2];
        await peer.SendAsync($"HMSG {inbox} 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n");
        await next;
    }

    private static async Task FillAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        rig.Server().Refuses();
        peer.Close();
        await rig.WhenAsync<NatsDisconnectedEvent>();
        await rig.Connection.PublishAsync("a", new byte[900], cancellationToken: rig.Token);
        await rig.PassUntilAsync(rig.Connection.PublishAsync("a", new byte[900], cancellationToken: rig.Token).AsTask());
    }
}
