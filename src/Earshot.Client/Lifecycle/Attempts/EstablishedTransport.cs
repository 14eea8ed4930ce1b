using Earshot.Diagnostics;
using Earshot.Sessions;
using Earshot.Transport;

namespace Earshot.Lifecycle;

/// <summary>What an attempt has made and no session has taken over yet.</summary>
internal sealed record EstablishedTransport(ITransport Transport, ReceiveBuffer Buffer, KnownSecrets? Secrets)
{
    /// <summary>Until when the JWT is valid that the server has accepted; null: there is none, or it does not end.</summary>
    public DateTimeOffset? JwtExpiresAt { get; init; }
}
