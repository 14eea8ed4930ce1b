using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>Starts the reads of one ordered consumer. Each read starts at the position given by the options and has its own state.</summary>
internal sealed class OrderedStarter(ContextParts parts, string stream, NatsJSOrderedConsumerOpts opts)
{
    public IAsyncEnumerable<INatsJSMsg<T>> Consume<T>(INatsDeserialize<T>? serializer, NatsJSConsumeOpts? consume, CancellationToken cancellationToken)
    {
        consume ??= parts.Options.DefaultConsumeOpts;
        PriorityRules.RefuseForOrdered(consume.PriorityGroup);
        return Read(serializer, ReadOptions.Of(consume), consume.NotificationHandler, cancellationToken);
    }

    public IAsyncEnumerable<INatsJSMsg<T>> Fetch<T>(NatsJSFetchOpts fetch, INatsDeserialize<T>? serializer, bool noWait, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fetch);
        PriorityRules.RefuseForOrdered(fetch.PriorityGroup);
        return Read(serializer, ReadOptions.Of(fetch, noWait), fetch.NotificationHandler, cancellationToken);
    }

    public async ValueTask<INatsJSConsume<T>> StartConsumeAsync<T>(INatsDeserialize<T>? serializer, NatsJSConsumeOpts? consume, CancellationToken cancellationToken)
    {
        consume ??= parts.Options.DefaultConsumeOpts;
        PriorityRules.RefuseForOrdered(consume.PriorityGroup);
        OrderedRun<T> run = Run(serializer, ReadOptions.Of(consume), consume.NotificationHandler);
        cancellationToken.ThrowIfCancellationRequested();
        await run.EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        await run.BeginAsync(run.Settings, cancellationToken).ConfigureAwait(false);
        return new OrderedConsume<T>(run);
    }

    private IAsyncEnumerable<INatsJSMsg<T>> Read<T>(
        INatsDeserialize<T>? serializer, PullSettings settings, Func<INatsJSNotification, CancellationToken, Task>? handler, CancellationToken cancellationToken) =>
        OrderedStream.ReadAsync(() => Run(serializer, settings, handler), cancellationToken);

    private OrderedRun<T> Run<T>(INatsDeserialize<T>? serializer, PullSettings settings, Func<INatsJSNotification, CancellationToken, Task>? handler) => new(
        new OrderedSource(parts, stream, opts),
        settings with { EndsInDoubt = true },
        serializer ?? parts.Port.Deserializer<T>(),
        new ReadReporter(NatsJSConsumerKind.Ordered, NotificationPump.For(handler)));
}
