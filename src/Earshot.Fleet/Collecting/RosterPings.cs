using System.Text.Json;

namespace Earshot.Fleet.Collecting;

/// <summary>Asks all servers for their ids, and records which of them are silent.</summary>
internal sealed class RosterPings(CollectorParts parts, CollectorState state)
{
    private static readonly byte[] s_empty = [];

    private INatsSub<byte[]>? _answers;
    private string _inbox = "";

    /// <summary>Subscribes to the answers.</summary>
    public async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        _inbox = parts.Connection.NewInbox();
        _answers = await parts.Connection.SubscribeCoreAsync(_inbox, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: cancellationToken).ConfigureAwait(false);
        await _answers.ConfirmAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        Task answers = ReadAsync();
        using var timer = new PeriodicTimer(parts.Options.PingInterval, parts.Time);
        try
        {
            do
            {
                Judge();
                await PingAsync(stop).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
            await answers.ConfigureAwait(false);
        }
    }

    /// <summary>Ends the subscription.</summary>
    public async Task EndAsync()
    {
        if (_answers is null)
        {
            return;
        }

        try
        {
            await _answers.UnsubscribeAsync().ConfigureAwait(false);
        }
        catch (NatsException)
        {
            // The connection is closed, and the subscription has ended with it.
        }
    }

    // Without a session a ping would wait for one, and seem unanswered.
    private async Task PingAsync(CancellationToken stop)
    {
        if (parts.Connection.ConnectionState != NatsConnectionState.Open)
        {
            return;
        }

        try
        {
            state.Pinged();
            await parts.Connection.PublishAsync(parts.Options.IdsSubject, s_empty, replyTo: _inbox, serializer: NatsRawSerializer<byte[]>.Default, opts: new NatsPubOpts { Timeout = parts.Options.PingTimeout }, cancellationToken: stop).ConfigureAwait(false);
        }
        catch (NatsException)
        {
            // The round counts only if a server answers it.
        }
    }

    private void Judge()
    {
        foreach (ServerRecord change in state.Judge())
        {
            string id = change.Server.Id;
            if (change.Kind == ServerRecordKind.Seen)
            {
                parts.Hold(change, $"{id}:seen");
                // Another collector, or this one before its restart, may have called it silent.
                parts.Hold(change with { Kind = ServerRecordKind.Back }, $"{id}:back:{change.At.UtcTicks}");
                continue;
            }

            parts.Hold(change, $"{id}:{(change.Kind == ServerRecordKind.Silent ? "silent" : "back")}:{change.At.UtcTicks}");
            if (change.Kind == ServerRecordKind.Silent)
            {
                CollectorLog.Silent(parts.Logger, change.Server.Name, id, change.At);
            }
            else
            {
                CollectorLog.Back(parts.Logger, change.Server.Name, id);
            }
        }
    }

    private async Task ReadAsync()
    {
        await foreach (NatsMsg<byte[]> message in _answers!.Msgs.ReadAllAsync().ConfigureAwait(false))
        {
            if (Parse(message.Data)?.ToIdentity() is { } server)
            {
                state.Responded(server);
            }
        }
    }

    private static EventServer? Parse(byte[]? body)
    {
        try
        {
            return body is null ? null : JsonSerializer.Deserialize(body, EventJson.Default.EventServer);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
