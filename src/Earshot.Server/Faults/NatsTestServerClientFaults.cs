using Earshot.Server.Clients;
using Earshot.Server.Faults;

namespace Earshot;

/// <summary>
/// What can be done to one connected client. Every verb acts at once, from any thread, and does nothing to a client that
/// is gone.
/// </summary>
public sealed class NatsTestServerClientFaults
{
    private readonly ServerState _server;
    private readonly ClientConnection _client;
    private readonly LinkFaults _link;

    internal NatsTestServerClientFaults(ServerState server, ClientConnection client, LinkFaults link)
    {
        _server = server;
        _client = client;
        _link = link;
    }

    /// <summary>Cuts the connection, frozen or not.</summary>
    /// <param name="how">With FIN (default), with RST, or in the middle of a message.</param>
    public void Drop(NatsTestServerDrop how = NatsTestServerDrop.Fin)
    {
        switch (how)
        {
            case NatsTestServerDrop.Reset:
                _client.Abort(reset: true);
                break;
            case NatsTestServerDrop.MidFrame:
                byte[] sid = _client.Subscriptions.FirstOrDefault()?.Sid ?? "1"u8.ToArray();
                _client.Outbox.Append([.. "MSG cut.in.mid.frame "u8, .. sid, .. " 1024\r\nThe rest of this mess"u8]);
                End(ClosedReason.Kicked);
                break;
            default:
                End(ClosedReason.Kicked);
                break;
        }
    }

    /// <summary>
    /// Stops a direction, or both, until <see cref="Thaw"/>. The connection stays open: no deadline runs meanwhile, and the
    /// server does not miss its PONGs.
    /// </summary>
    /// <param name="what">Which direction; default both.</param>
    public void Freeze(NatsTestServerFreeze what = NatsTestServerFreeze.All)
    {
        _link.Freeze(what);
        _client.KeepAlive.Pause();
    }

    /// <summary>Ends freezing, half-openness, delay, throttling and corruption; what waited goes on.</summary>
    public void Thaw()
    {
        _link.Clear();
        _client.KeepAlive.Resume();
    }

    /// <summary>Both directions look alive, and whatever is sent in either is lost, until <see cref="Thaw"/>.</summary>
    public void HalfOpen() => _link.IsHalfOpen = true;

    /// <summary>Holds back everything that is sent to the client, in order.</summary>
    /// <param name="delay">Before every write; zero ends it.</param>
    public void Delay(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        _link.Delay = delay;
    }

    /// <summary>Limits the rate at which bytes are sent to the client.</summary>
    /// <param name="bytesPerSecond">0 ends it.</param>
    public void Throttle(int bytesPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytesPerSecond);
        _link.BytesPerSecond = bytesPerSecond;
    }

    /// <summary>Turns the bits of the next bytes around that are sent to the client.</summary>
    /// <param name="bytes">How many bytes.</param>
    public void Corrupt(int bytes = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        _link.BytesToCorrupt = bytes;
    }

    /// <summary>Sends an -ERR of any text.</summary>
    /// <param name="text">What stands between the quotes.</param>
    /// <param name="close">Whether the connection is closed behind it, as most errors do.</param>
    public void SendError(string text, bool close = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (close)
        {
            End(ClosedReason.Kicked, text);
        }
        else
        {
            _client.SendError(text);
        }
    }

    /// <summary>Sends bytes as they are, between two operations.</summary>
    /// <param name="bytes">Anything, NATS or not.</param>
    public void Send(ReadOnlySpan<byte> bytes) => _client.Send(bytes);

    /// <summary>The credentials run out: -ERR 'User Authentication Expired' and the end.</summary>
    public void ExpireCredentials() => End(ClosedReason.AuthenticationExpired, ErrorTexts.UserAuthenticationExpired);

    /// <summary>The credentials are revoked: -ERR 'User Authentication Revoked' and the end.</summary>
    public void RevokeCredentials() => End(ClosedReason.CredentialsRevoked, ErrorTexts.UserAuthenticationRevoked);

    /// <summary>Denies a subject from now on, for publishing and subscribing; subscriptions to it end with an -ERR each.</summary>
    /// <param name="subject">A subject or pattern.</param>
    public void RevokePermission(string subject)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject);
        NatsTestServerPermissions current = _client.Permissions.Source;
        ChangePermissions(current with { PublishDeny = [.. current.PublishDeny, subject], SubscribeDeny = [.. current.SubscribeDeny, subject] });
    }

    /// <summary>Replaces the permissions; subscriptions that are no longer allowed end with an -ERR each.</summary>
    /// <param name="permissions">What is allowed from now on.</param>
    public void ChangePermissions(NatsTestServerPermissions permissions)
    {
        ArgumentNullException.ThrowIfNull(permissions);
        _client.Change(permissions);
    }

    /// <summary>Tells this client alone these addresses of the cluster, in INFO.</summary>
    /// <param name="urls">host:port, without a scheme; without any, what the server advertises.</param>
    public void Advertise(params string[] urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        _client.SendInfo(ServerInfoJson.For(_server, _client, connectUrls: urls.Length == 0 ? null : urls));
    }

    /// <summary>Lowers or raises the limit of a message for this client without telling it.</summary>
    /// <param name="bytes">Of headers and payload.</param>
    public void ShrinkMaxPayload(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        _client.MaxPayloadOverride = bytes;
    }

    /// <summary>Tells this client alone that the server goes away; the server stays.</summary>
    public void EnterLameDuckMode() => _client.SendInfo(ServerInfoJson.For(_server, _client, lameDuck: true));

    /// <summary>The client is a slow consumer: the end, without a word.</summary>
    public void Evict() => End(ClosedReason.SlowConsumerPendingBytes);

    // Whatever else is held back goes out first; an end that waits for a thaw would be none.
    private void End(ClosedReason reason, string? error = null)
    {
        _client.Close(reason, error);
        _link.ReleaseWriters();
    }
}
