// What the .NET events of a connection are given: one readable line and the journal's event. They hold no logic.
namespace Earshot;

/// <summary>The server announced its shutdown.</summary>
public class NatsLameDuckModeActivatedEventArgs : NatsEventArgs
{
    /// <summary>Makes one for a server.</summary>
    public NatsLameDuckModeActivatedEventArgs(Uri uri) : base($"{uri} is in lame duck mode") => Uri = uri;

    internal NatsLameDuckModeActivatedEventArgs(NatsLameDuckModeEvent e) : base(e) => Uri = e.Server.Url;

    /// <summary>The server, without credentials.</summary>
    public Uri Uri { get; }
}
