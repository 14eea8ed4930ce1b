using Earshot.Server.Clients;
using Earshot.Server.Faults;

namespace Earshot;

/// <summary>
/// The faults that can be injected into the connection of one client. Every method takes effect immediately, can be called from any thread,
/// and does nothing when the client has disconnected.
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

    /// <summary>Closes the connection, also when it is frozen.</summary>
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

    /// <summary>Stops reading, writing or both until <see cref="Thaw"/>. The connection stays open; timeouts of the server do not elapse meanwhile.</summary>
    /// <param name="what">The direction to stop; default: both.</param>
    public void Freeze(NatsTestServerFreeze what = NatsTestServerFreeze.All)
    {
        _link.Freeze(what);
        _client.KeepAlive.Pause();
    }

    /// <summary>Ends freeze, half-open, delay, throttle and corruption; held data is processed.</summary>
    public void Thaw()
    {
        _link.Clear();
        _client.KeepAlive.Resume();
    }

    /// <summary>Discards what is sent in either direction until <see cref="Thaw"/>; the connection seems open to both sides.</summary>
    public void HalfOpen() => _link.IsHalfOpen = true;

    /// <summary>Delays everything that is sent to the client, in order.</summary>
    /// <param name="delay">
    /// The delay before every write; zero ends it. What is sent during a delay is written together after the next one: it can arrive after up to twice the
    /// delay.
    /// </param>
    public void Delay(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        _link.Delay = delay;
    }

    /// <summary>Limits the rate at which bytes are sent to the client.</summary>
    /// <param name="bytesPerSecond">The rate in bytes per second; 0 ends it.</param>
    public void Throttle(int bytesPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytesPerSecond);
        _link.BytesPerSecond = bytesPerSecond;
    }

    /// <summary>Inverts the bits of the next bytes that are sent to the client.</summary>
    /// <param name="bytes">The number of bytes.</param>
    public void Corrupt(int bytes = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        _link.BytesToCorrupt = bytes;
    }

    /// <summary>Sends an error (-ERR) with any text.</summary>
    /// <param name="text">The text between the quotes.</param>
    /// <param name="close">Whether the connection is closed after the error, as with most errors.</param>
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

    /// <summary>Sends bytes unchanged, between two operations.</summary>
    /// <param name="bytes">The bytes, valid in the protocol or not.</param>
    public void Send(ReadOnlySpan<byte> bytes) => _client.Send(bytes);

    /// <summary>Sends -ERR 'User Authentication Expired' and closes the connection.</summary>
    public void ExpireCredentials() => End(ClosedReason.AuthenticationExpired, ErrorTexts.UserAuthenticationExpired);

    /// <summary>Sends -ERR 'User Authentication Revoked' and closes the connection.</summary>
    public void RevokeCredentials() => End(ClosedReason.CredentialsRevoked, ErrorTexts.UserAuthenticationRevoked);

    /// <summary>Denies a subject for publishing and subscribing from now on; affected subscriptions end with an error each.</summary>
    /// <param name="subject">A subject or a pattern with wildcards.</param>
    public void RevokePermission(string subject)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject);
        NatsTestServerPermissions current = _client.Permissions.Source;
        ChangePermissions(current with { PublishDeny = [.. current.PublishDeny, subject], SubscribeDeny = [.. current.SubscribeDeny, subject] });
    }

    /// <summary>Replaces the permissions; subscriptions that are no longer allowed end with an error each.</summary>
    /// <param name="permissions">What is allowed from now on.</param>
    public void ChangePermissions(NatsTestServerPermissions permissions)
    {
        ArgumentNullException.ThrowIfNull(permissions);
        _client.Change(permissions);
    }

    /// <summary>Advertises addresses of the cluster to this client only, by an INFO.</summary>
    /// <param name="urls">The addresses as host:port; none: those that the server advertises.</param>
    public void Advertise(params string[] urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        _client.SendInfo(ServerInfoJson.For(_server, _client, connectUrls: urls.Length == 0 ? null : urls));
    }

    /// <summary>Changes the maximum payload for this client without an INFO.</summary>
    /// <param name="bytes">The maximum bytes of headers and payload.</param>
    public void ShrinkMaxPayload(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        _client.MaxPayloadOverride = bytes;
    }

    /// <summary>Announces lame duck mode to this client only; the server continues to run.</summary>
    public void EnterLameDuckMode() => _client.SendInfo(ServerInfoJson.For(_server, _client, lameDuck: true));

    /// <summary>Closes the connection as a slow consumer, without an error.</summary>
    public void Evict() => End(ClosedReason.SlowConsumerPendingBytes);

    // Whatever else is held back goes out first; an end that waits for a thaw would be none.
    private void End(ClosedReason reason, string? error = null)
    {
        _client.Close(reason, error);
        _link.ReleaseWriters();
    }
}
