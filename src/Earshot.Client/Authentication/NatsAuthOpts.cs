using System.Text;
using Earshot.Diagnostics;

namespace Earshot;

/// <summary>
/// The authentication options of a connection. Immutable; can be shared by connections and is never printed with secrets. Options that
/// are set here replace the user info of the server's URL as a whole.
/// </summary>
/// <remarks>
/// Of several kinds the first that is set counts: <see cref="AuthCredCallback"/>, <see cref="CredsFile"/>, <see cref="NKeyFile"/>,
/// <see cref="Creds"/>, then <see cref="Jwt"/>, <see cref="NKey"/> and <see cref="Seed"/> together. User name, password and token are sent
/// in addition, unless it has its own (auth callout). Texts are checked when the connection is constructed; files are read and callbacks are
/// called at each attempt. Source: https://docs.nats.io/reference/reference-protocols/nats-protocol#connect.
/// </remarks>
public record NatsAuthOpts
{
    /// <summary>Options without credentials: the user info of the server's URL is used, if any. A new object each time.</summary>
    public static NatsAuthOpts Default => new();

    /// <summary>User name, sent as <c>user</c> in CONNECT. Default: none.</summary>
    public string? Username { get; init; }

    /// <summary>Password, sent as <c>pass</c> in CONNECT. Default: none.</summary>
    public string? Password { get; init; }

    /// <summary>Token, sent as <c>auth_token</c> in CONNECT. Default: none.</summary>
    public string? Token { get; init; }

    /// <summary>User JWT; needs <see cref="Seed"/> or <see cref="SignatureCallback"/> unless it is a bearer token. Default: none.</summary>
    public string? Jwt { get; init; }

    /// <summary>Public nkey of the user (U...); needed only with <see cref="SignatureCallback"/>. Default: the public key of <see cref="Seed"/>.</summary>
    public string? NKey { get; init; }

    /// <summary>Nkey seed of the user (SU...), which signs the server's nonce and is never sent. Default: none.</summary>
    public string? Seed { get; init; }

    /// <summary>Text of a .creds file, with a user JWT and an nkey seed. Default: none.</summary>
    public string? Creds { get; init; }

    /// <summary>Path of a .creds file, which is read at every attempt. Default: none.</summary>
    public string? CredsFile { get; init; }

    /// <summary>Path of a file with an nkey seed, which is read at every attempt. Default: none.</summary>
    public string? NKeyFile { get; init; }

    /// <summary>Callback that returns the credential for an attempt on a server, given by its URL without user info. Default: none.</summary>
    /// <remarks>
    /// Called at every attempt on the thread pool, within <see cref="NatsOpts.ConnectTimeout"/>; an exception or a timeout fails that
    /// attempt only.
    /// </remarks>
    public Func<Uri, CancellationToken, ValueTask<NatsAuthCred>>? AuthCredCallback { get; init; }

    /// <summary>
    /// Callback that signs the server's nonce, at most 128 ASCII bytes, with an external key and returns the 64 bytes of the Ed25519
    /// signature. Default: none.
    /// </summary>
    /// <remarks>Used with <see cref="NKey"/> or <see cref="Jwt"/>. Called as <see cref="AuthCredCallback"/> is.</remarks>
    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>>? SignatureCallback { get; init; }

    /// <summary>
    /// Time before the expiry of a JWT at which a new session with new credentials is established. Zero: not before the server ends the
    /// session. Default: 30 s.
    /// </summary>
    /// <remarks>
    /// It applies to the <c>exp</c> of a JWT from <see cref="CredsFile"/> or <see cref="AuthCredCallback"/>, and is at most a quarter of
    /// the remaining lifetime. The new session takes over when no request is in flight.
    /// </remarks>
    public TimeSpan RenewBeforeExpiry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether no authentication option is set.</summary>
    public bool IsAnonymous => AuthCredCallback is null && SignatureCallback is null
        && string.IsNullOrEmpty(Username) && string.IsNullOrEmpty(Password) && string.IsNullOrEmpty(Token)
        && string.IsNullOrEmpty(Jwt) && string.IsNullOrEmpty(NKey) && string.IsNullOrEmpty(Seed)
        && string.IsNullOrEmpty(Creds) && string.IsNullOrEmpty(CredsFile) && string.IsNullOrEmpty(NKeyFile);

    // From a file of the nats tool, which its user changes without this application.
    internal bool IsFromContext { get; init; }

    // They may be others at the next attempt.
    internal bool IsDynamic => IsFromContext || AuthCredCallback is not null || SignatureCallback is not null || !string.IsNullOrEmpty(CredsFile) || !string.IsNullOrEmpty(NKeyFile);

    /// <summary>Appends the options for <see cref="object.ToString"/>, without secrets.</summary>
    /// <remarks>A user name is hidden too: with some set-ups it is a token put into the wrong field.</remarks>
    /// <param name="builder">Where to append.</param>
    /// <returns>True: there are members.</returns>
    protected virtual bool PrintMembers(StringBuilder builder)
    {
        builder.Append("IsAnonymous = ").Append(IsAnonymous);
        Redact.AppendIfSet(builder, nameof(Username), Username);
        Redact.AppendIfSet(builder, nameof(Password), Password);
        Redact.AppendIfSet(builder, nameof(Token), Token);
        Redact.AppendIfSet(builder, nameof(Jwt), Jwt);
        Redact.AppendIfSet(builder, nameof(NKey), NKey);
        Redact.AppendIfSet(builder, nameof(Seed), Seed);
        Redact.AppendIfSet(builder, nameof(Creds), Creds);
        Redact.AppendIfSet(builder, nameof(CredsFile), CredsFile);
        Redact.AppendIfSet(builder, nameof(NKeyFile), NKeyFile);
        Redact.AppendIfSet(builder, nameof(AuthCredCallback), AuthCredCallback);
        Redact.AppendIfSet(builder, nameof(SignatureCallback), SignatureCallback);
        if (RenewBeforeExpiry != Default.RenewBeforeExpiry)
        {
            builder.Append(", RenewBeforeExpiry = ").Append(RenewBeforeExpiry);
        }

        return true;
    }
}
