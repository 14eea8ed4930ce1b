namespace Earshot.Protocol;

/// <summary>
/// The fields of CONNECT. Contains secrets for the duration of a handshake; <see cref="ToString"/> names
/// none of them.
/// </summary>
internal sealed record ConnectInfo
{
    public bool Verbose { get; init; }

    public bool Pedantic { get; init; }

    public bool TlsRequired { get; init; }

    public bool Echo { get; init; } = true;

    public bool Headers { get; init; } = true;

    public bool NoResponders { get; init; } = true;

    public string? User { get; init; }

    public string? Password { get; init; }

    public string? AuthToken { get; init; }

    public string? Jwt { get; init; }

    public string? NKey { get; init; }

    public string? Signature { get; init; }

    public string Name { get; init; } = string.Empty;

    public string Lang { get; init; } = ".NET";

    public string Version { get; init; } = string.Empty;

    /// <summary>1 requests INFO lines after the first one.</summary>
    public int Protocol { get; init; } = 1;

    public override string ToString() => $"CONNECT name={Name} lang={Lang} version={Version} protocol={Protocol}";
}
