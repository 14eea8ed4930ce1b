namespace Earshot.JetStream;

/// <summary>A running read of a consumer.</summary>
/// <typeparam name="T">Type of the values.</typeparam>
public interface INatsJSConsume<out T> : IAsyncDisposable
{
    /// <summary>The messages. One enumeration at a time; the next one continues where the last was left.</summary>
    IAsyncEnumerable<INatsJSMsg<T>> Msgs { get; }

    /// <summary>Where it stands.</summary>
    NatsJSConsumeState State { get; }

    /// <summary>What it has asked for and got.</summary>
    NatsJSConsumeCounts Counts { get; }

    /// <summary>Asks for no more, waits for what was asked for, and gives back what was not handed out. Enumerations end after the message in hand.</summary>
    /// <param name="cancellationToken">Stops waiting; the read ends nevertheless.</param>
    /// <returns>Completes when nothing can come any more, in about two seconds at the latest.</returns>
    ValueTask StopAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks for no more and waits for what was asked for. Enumerations end after the last message that came.</summary>
    /// <param name="cancellationToken">Stops waiting; the read ends nevertheless.</param>
    /// <returns>Completes when nothing can come any more, in about two seconds at the latest.</returns>
    ValueTask DrainAsync(CancellationToken cancellationToken = default);
}
