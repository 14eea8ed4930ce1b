namespace Earshot.JetStream.Consuming;

/// <summary>One call that reads a push consumer.</summary>
internal sealed record PushCall<T>(PushReads Consumer, INatsDeserialize<T> Deserializer, ReadReporter Reporter)
{
    /// <summary>Whether messages that the application has not taken are left until AckWait ends.</summary>
    public bool LeavesRest { get; init; }

    /// <summary>Whether a cancelled token ends the loop after the buffered messages, instead of after the current message.</summary>
    public bool DrainsOnCancel { get; init; }

    /// <summary>Whether a stop waits until the application has taken all received messages.</summary>
    public bool DrainsAtStop { get; init; }

    /// <summary>Subscribes the deliver subject, after the end of a former read that was stopped.</summary>
    /// <exception cref="InvalidOperationException">The consumer is read already, and has no deliver group.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the former read had ended.</exception>
    public async ValueTask<PushReader<T>> StartAsync(CancellationToken cancellationToken)
    {
        bool isExact = Connections.ConnectionPort.IsExact(Deserializer);
        return new PushReader<T>(await Consumer.StartAsync(Reporter, LeavesRest, isExact, cancellationToken).ConfigureAwait(false), Deserializer, Reporter);
    }
}
