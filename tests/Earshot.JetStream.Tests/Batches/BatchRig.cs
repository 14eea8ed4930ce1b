using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.Tests.Batches;

/// <summary>A simulated stream "S" with the subjects "s.>" on a server without JetStream, and a connection with a clock of the test.</summary>
internal sealed class BatchRig : IAsyncDisposable
{
    private readonly ScriptedStream _api;

    private BatchRig(NatsTestServer server, ScriptedStream api, ScriptedStream stream, NatsConnection connection, StepTime time) =>
        (Server, _api, Stream, Connection, Time, Context) = (server, api, stream, connection, time, new NatsJSContext(connection));

    public NatsTestServer Server { get; }

    public ScriptedStream Stream { get; }

    public NatsConnection Connection { get; }

    public NatsJSContext Context { get; }

    public StepTime Time { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="config">Further fields of the configuration of the stream, as JSON with a comma in front.</param>
    public static async Task<BatchRig> StartAsync(string config, NatsOpts? opts = null)
    {
        NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        ScriptedStream api = await ScriptedStream.StartAsync(server.Url, "$JS.API.STREAM.INFO.*", Cancel);
        api.Answer = _ => $$"""{"config":{"name":"S","subjects":["s.>"]{{config}} },"created":"2026-01-01T00:00:00Z","state":{"last_seq":0} }""";
        ScriptedStream stream = await ScriptedStream.StartAsync(server.Url, "s.>", Cancel);
        var time = new StepTime();
        var connection = new NatsConnection((opts ?? new NatsOpts { ReconnectWaitMin = TimeSpan.Zero, ReconnectWaitMax = TimeSpan.Zero }) with { Url = server.Url, TimeProvider = time, PingInterval = Timeout.InfiniteTimeSpan });
        await connection.ConnectAsync(Cancel);
        return new BatchRig(server, api, stream, connection, time);
    }

    public static string? Header(NatsMsg<string> message, string name) => message.Headers is { } headers && headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues value) ? value.ToString() : null;

    /// <summary>Answers as a server does: an empty answer to messages of a batch, the ack of the batch to its commit.</summary>
    public static string? AsServer(NatsMsg<string> message) =>
        Header(message, "Nats-Batch-Commit") is not null ? BatchAck(message) : message.ReplyTo is null ? null : "";

    public static string BatchAck(NatsMsg<string> message) =>
        $$"""{"stream":"S","seq":100,"batch":"{{Header(message, "Nats-Batch-Id")}}","count":{{Header(message, "Nats-Batch-Sequence")}}}""";

    public Task<NatsUncertainOutcomeEvent> NextUncertainAsync()
    {
        var told = new TaskCompletionSource<NatsUncertainOutcomeEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        Connection.Events.On<NatsUncertainOutcomeEvent>(e => told.TrySetResult(e));
        return told.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await Stream.DisposeAsync();
        await _api.DisposeAsync();
        await Server.DisposeAsync();
    }
}
