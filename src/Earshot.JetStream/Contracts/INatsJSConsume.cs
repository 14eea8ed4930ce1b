namespace Earshot.JetStream;

/// <summary>A running read of a consumer.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
public interface INatsJSConsume<out T> : IAsyncDisposable
{
    /// <summary>The messages. Only one enumeration is allowed at a time; the next one continues where the previous one ended.</summary>
    IAsyncEnumerable<INatsJSMsg<T>> Msgs { get; }

    /// <summary>The current state of the read.</summary>
    NatsJSConsumeState State { get; }

    /// <summary>The numbers of requested and received messages.</summary>
    NatsJSConsumeCounts Counts { get; }

    /// <summary>Stops the read: requests no more messages, waits for those requested, and returns messages that were not processed to the server. Enumerations end after the current message.</summary>
    /// <param name="cancellationToken">Cancels waiting; the read ends nevertheless.</param>
    /// <returns>A task that completes when no more messages can arrive, after about four seconds at the latest.</returns>
    ValueTask StopAsync(CancellationToken cancellationToken = default);

    /// <summary>Drains the read: requests no more messages and waits for those requested. Enumerations end after the last received message.</summary>
    /// <param name="cancellationToken">Cancels waiting; the read ends nevertheless.</param>
    /// <returns>A task that completes when no more messages can arrive, after about four seconds at the latest.</returns>
    ValueTask DrainAsync(CancellationToken cancellationToken = default);
}
