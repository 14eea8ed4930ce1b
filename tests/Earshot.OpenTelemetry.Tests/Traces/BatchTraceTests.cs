using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Earshot.OpenTelemetry.Tests.Traces;

/// <summary>Activities of the messages of batches, with a simulated stream.</summary>
public sealed class BatchTraceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_message_of_an_atomic_batch_is_an_activity_and_the_last_one_has_the_outcome()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        await using ScriptedStream api = await ScriptedStream.StartAsync(server.Url, "$JS.API.STREAM.INFO.*", Cancel);
        api.Answer = _ => """{"config":{"name":"S","subjects":["s.>"],"allow_atomic":true},"created":"2026-01-01T00:00:00Z","state":{"last_seq":0}}""";
        await using ScriptedStream stream = await ScriptedStream.StartAsync(server.Url, "s.>", Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, Name = "batches" });
        await connection.ConnectAsync(Cancel);
        stream.Answer = message => Header(message, "Nats-Batch-Commit") is null ? "" : ScriptedStream.Error(10071);
        using var spans = new Spans(options => options.FilterSubjects(include: ["s.*"]));
        var context = new NatsJSContext(connection);
        await using NatsJSBatchPublisher batch = await context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "1", cancellationToken: Cancel);
        await Assert.ThrowsAsync<NatsJSApiException>(async () => await batch.CommitAsync("s.b", "2", cancellationToken: Cancel));
        stream.Answer = message => Header(message, "Nats-Batch-Commit") is null ? "" : $$"""{"stream":"S","seq":1,"batch":"{{Header(message, "Nats-Batch-Id")}}","count":1}""";
        await using NatsJSBatchPublisher next = await context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await next.CommitAsync("s.c", "3", cancellationToken: Cancel);

        string[] sent = [.. spans.Show("messaging.destination.name", "nats.jetstream.outcome", "nats.stream", "error.type").Where(span => span.StartsWith("publish Producer s.", StringComparison.Ordinal))];
        Assert.Equal(["publish Producer s.a - - -", "publish Producer s.b Rejected - Earshot.JetStream.NatsJSApiException", "publish Producer s.c Stored S -"], sent);
        Assert.Equal(
            spans.All.Where(activity => activity.GetTagItem("nats.connection.name") is "batches" && activity.DisplayName == "publish").Select(activity => activity.Id),
            stream.Received.Select(message => Header(message, "traceparent")));
    }

    private static string? Header(NatsMsg<string> message, string name) => message.Headers is { } headers && headers.TryGetValue(name, out StringValues value) ? value.ToString() : null;
}
