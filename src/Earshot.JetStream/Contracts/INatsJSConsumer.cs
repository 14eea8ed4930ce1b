namespace Earshot.JetStream;

/// <summary>A consumer of a stream: what reads messages.</summary>
public interface INatsJSConsumer
{
    /// <summary>What was known of the consumer last; <see cref="RefreshAsync"/> asks anew.</summary>
    ConsumerInfo Info { get; }

    /// <summary>Asks the server for <see cref="Info"/>.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>Completes with the answer.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">There is no such consumer any more.</exception>
    ValueTask RefreshAsync(CancellationToken cancellationToken = default);

    /// <summary>Unpins the client that is served, so that another one can be (since server 2.11).</summary>
    /// <param name="group">The priority group.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>Completes with the answer.</returns>
    ValueTask UnpinAsync(string group, CancellationToken cancellationToken = default);

    /// <summary>Sets the consumer back (since server 2.14).</summary>
    /// <param name="seq">Sequence of the stream at which it goes on; 0: behind its ack floor.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The consumer, and where it goes on.</returns>
    ValueTask<ConsumerResetResponse> ResetAsync(ulong seq = 0, CancellationToken cancellationToken = default);
}
