namespace Earshot.Fleet.Collecting;

/// <summary>Receives the events of servers and holds their records.</summary>
internal sealed class EventIntake(CollectorParts parts, CollectorState state)
{
    private readonly List<INatsSub<byte[]>> _subscriptions = [];

    /// <summary>Subscribes, and completes when the server has confirmed it.</summary>
    public async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        foreach (string subject in parts.Options.EventSubjects)
        {
            INatsSub<byte[]> subscription = await parts.Connection.SubscribeCoreAsync(subject, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: cancellationToken).ConfigureAwait(false);
            _subscriptions.Add(subscription);
            await subscription.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether messages of this subscription are events.</summary>
    public bool Has(INatsSub subscription) => _subscriptions.Contains(subscription);

    /// <summary>Receives until the subscriptions end.</summary>
    public Task RunAsync() => Task.WhenAll(_subscriptions.Select(RunAsync));

    /// <summary>Ends the subscriptions; what was received before is still processed by <see cref="RunAsync()"/>.</summary>
    public async Task EndAsync()
    {
        foreach (INatsSub<byte[]> subscription in _subscriptions)
        {
            try
            {
                await subscription.UnsubscribeAsync().ConfigureAwait(false);
            }
            catch (NatsException)
            {
                // The connection is closed, and the subscription has ended with it.
            }
        }
    }

    private async Task RunAsync(INatsSub<byte[]> subscription)
    {
        await foreach (NatsMsg<byte[]> message in subscription.Msgs.ReadAllAsync().ConfigureAwait(false))
        {
            parts.Counts.Received(TryHold(message));
        }
    }

    // One message that cannot be read, whatever is wrong with it, does not end the intake.
    private bool TryHold(in NatsMsg<byte[]> message)
    {
        try
        {
            if (EventReader.Read(message.Subject, message.Data, parts.Time.GetUtcNow(), parts.Options.Redaction) is not { } read)
            {
                return false;
            }

            parts.Hold(state.Received(read), read.MessageId);
            return true;
        }
        catch (Exception e)
        {
            CollectorLog.NotRead(parts.Logger, e.Message, e);
            return false;
        }
    }
}
