using Earshot.Server.JetStream;

namespace Earshot;

/// <summary>
/// The faults that can be injected into JetStream of one account: what happens to a client when a leader changes, acks are lost, or a stream
/// goes back in time. Every method takes effect immediately and can be called from any thread.
/// </summary>
public sealed class NatsTestServerJetStreamFaults
{
    private readonly Action<Action<JetStreamAccount>> _change;

    internal NatsTestServerJetStreamFaults(Action<Action<JetStreamAccount>> change) => _change = change;

    /// <summary>
    /// Elects another leader for a stream and its consumers: waiting pulls end with "409 Leadership Change", pins end, flow control starts again, and
    /// batches that are not complete are lost.
    /// </summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="away">The time without a leader, in which publishes and pulls get no responders; zero (default): none.</param>
    /// <exception cref="ArgumentException">There is no such stream.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="away"/> is negative.</exception>
    public void ChangeLeader(string stream, TimeSpan away = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(away, TimeSpan.Zero);
        OnStream(stream, (account, found) =>
        {
            found.State.Faults.AwayUntil = away == TimeSpan.Zero ? null : account.Now + away;
            found.Input.Stop();
            foreach (ConsumerState consumer in found.Consumers.Values)
            {
                consumer.Restart();
            }
        });
    }

    /// <summary>
    /// Elects another leader for one consumer: its waiting pulls end with "409 Leadership Change", its pin ends, and its flow control starts again.
    /// </summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer.</param>
    /// <exception cref="ArgumentException">There is no such consumer.</exception>
    public void ChangeConsumerLeader(string stream, string consumer) =>
        OnConsumer(stream, consumer, (_, found) => found.Restart());

    /// <summary>
    /// Takes the leader of a stream away until <see cref="Restore"/>: publishes and pulls get no responders, and waiting pulls and push consumers get nothing,
    /// and batches that are not complete are lost.
    /// </summary>
    /// <param name="stream">The name of the stream.</param>
    /// <exception cref="ArgumentException">There is no such stream.</exception>
    public void MakeUnavailable(string stream) => OnStream(stream, (_, found) =>
    {
        found.State.Faults.AwayUntil = DateTimeOffset.MaxValue;
        found.Input.Stop();
    });

    /// <summary>Ends all faults of a stream and of its consumers.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <exception cref="ArgumentException">There is no such stream.</exception>
    public void Restore(string stream) => OnStream(stream, (account, found) =>
    {
        StreamFaults faults = found.State.Faults;
        (faults.AwayUntil, faults.Refusal, faults.LostAcks, faults.AckDelay) = (null, null, 0, default);
        foreach (ConsumerState consumer in found.Consumers.Values)
        {
            (consumer.IsSilent, consumer.Duplicates) = (false, 0);
            consumer.Tick();
            account.Output.WakeAt(consumer.NextDue);
        }

        account.Output.WakeAt(found.State.NextExpiry);
        account.Output.WakeAt(found.Input.NextDue);
    });

    /// <summary>Loses the last messages of a stream, as a server whose disk lost its last writes: their sequences are assigned again.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="count">The number of sequences.</param>
    /// <exception cref="ArgumentException">There is no such stream, or the number is negative.</exception>
    public void DropTail(string stream, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        OnStream(stream, (_, found) => found.Input.DropTail(count));
    }

    /// <summary>Does not send the next acks of publishes to a stream; the messages are stored.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="count">The number of acks; 0 ends it.</param>
    /// <exception cref="ArgumentException">There is no such stream, or the number is negative.</exception>
    public void LoseAcks(string stream, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        OnStream(stream, (_, found) => found.State.Faults.LostAcks = count);
    }

    /// <summary>Holds back the acks of publishes to a stream.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="delay">The delay of each ack; zero ends it.</param>
    /// <exception cref="ArgumentException">There is no such stream, or the delay is negative.</exception>
    public void DelayAcks(string stream, TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        OnStream(stream, (_, found) => found.State.Faults.AckDelay = delay);
    }

    /// <summary>Rejects all publishes to a stream as a server does that has no room: with error 10023, until <see cref="Restore"/>.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <exception cref="ArgumentException">There is no such stream.</exception>
    public void Fill(string stream) => OnStream(stream, (_, found) => found.State.Faults.Refusal = ApiError.InsufficientResources);

    /// <summary>Silences a pull or push consumer: it sends no message, status or heartbeat until <see cref="Restore"/>, and takes pulls.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer.</param>
    /// <exception cref="ArgumentException">There is no such consumer.</exception>
    public void SilenceConsumer(string stream, string consumer) => OnConsumer(stream, consumer, (_, found) => found.IsSilent = true);

    /// <summary>Deletes a consumer, as another client or an operator does: waiting pulls end with "409 Consumer Deleted".</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer.</param>
    /// <exception cref="ArgumentException">There is no such consumer.</exception>
    public void DeleteConsumer(string stream, string consumer) => OnConsumer(stream, consumer, (account, found) => account.Delete(account.Find(stream)!, found));

    /// <summary>Ends the pin of a consumer with the policy <c>pinned_client</c>, as an operator does: the client of another pull request is pinned next.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer, with a priority group.</param>
    /// <exception cref="ArgumentException">There is no such consumer, or it has no priority group.</exception>
    public void Unpin(string stream, string consumer) => OnConsumer(stream, consumer, (_, found) =>
        found.Unpin(found.Config.PriorityGroups is { Count: > 0 } groups ? groups[0] : throw new ArgumentException($"The consumer '{consumer}' has no priority group.", nameof(consumer))));

    /// <summary>Delivers the next messages of a consumer twice, as a server that did not receive their acks in time.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer, with acks.</param>
    /// <param name="count">The number of messages; 0 ends it.</param>
    /// <exception cref="ArgumentException">There is no such consumer, or the number is negative.</exception>
    public void DuplicateDeliveries(string stream, string consumer, int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        OnConsumer(stream, consumer, (_, found) => found.Duplicates = count);
    }

    /// <summary>Stops answering requests to the API of JetStream; messages are stored. New pull requests are lost as all others; pulls that wait and push consumers receive messages.</summary>
    public void SilenceApi() => _change(account => account.IsApiSilent = true);

    /// <summary>Answers requests to the API again.</summary>
    public void RestoreApi() => _change(account => account.IsApiSilent = false);

    private void OnStream(string stream, Action<JetStreamAccount, HostedStream> change)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _change(account => change(account, account.Find(stream) ?? throw new ArgumentException($"There is no stream '{stream}'.", nameof(stream))));
    }

    private void OnConsumer(string stream, string consumer, Action<JetStreamAccount, ConsumerState> change)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(consumer);
        _change(account => change(
            account, account.Find(stream, consumer) ?? throw new ArgumentException($"There is no consumer '{consumer}' of stream '{stream}'.", nameof(consumer))));
    }
}
