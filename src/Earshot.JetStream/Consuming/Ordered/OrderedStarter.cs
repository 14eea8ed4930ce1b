using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>Starts the reads of one ordered consumer. Each read starts at the position given by the options and has its own state.</summary>
internal sealed class OrderedStarter(ContextParts parts, string stream, NatsJSOrderedConsumerOpts opts)
{
    public IAsyncEnumerable<INatsJSMsg<T>> Consume<T>(INatsDeserialize<T>? serializer, NatsJSConsumeOpts? consume, CancellationToken cancellationToken)
    {
        consume ??= parts.Options.DefaultConsumeOpts;
        return Read(serializer, ReadOptions.Of(consume), consume.NotificationHandler, cancellationToken);
    }

    public IAsyncEnumerable<INatsJSMsg<T>> Fetch<T>(NatsJSFetchOpts fetch, INatsDeserialize<T>? serializer, bool noWait, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fetch);
        return Read(serializer, ReadOptions.Of(fetch, noWait), fetch.NotificationHandler, cancellationToken);
    }

    private IAsyncEnumerable<INatsJSMsg<T>> Read<T>(
        INatsDeserialize<T>? serializer, PullSettings settings, Func<INatsJSNotification, CancellationToken, Task>? handler, CancellationToken cancellationToken)
    {
        var source = new OrderedSource(parts, stream, opts);
        var run = new OrderedRun<T>(source, settings with { EndsInDoubt = true }, serializer ?? parts.Port.Deserializer<T>(), new ReadReporter(NatsJSConsumerKind.Ordered, NotificationPump.For(handler)));
        return OrderedStream.ReadAsync(run, cancellationToken);
    }
}
