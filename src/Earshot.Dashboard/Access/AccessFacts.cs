namespace Earshot.Dashboard.Access;

/// <summary>What decides about a request.</summary>
internal readonly record struct AccessFacts
{
    /// <summary>The endpoint requires authorization, which the framework has checked before.</summary>
    public bool IsProtected { get; init; }

    /// <summary>The application runs in the environment Development.</summary>
    public bool IsDevelopment { get; init; }

    /// <summary>The other side of the connection is this machine.</summary>
    public bool IsLocalPeer { get; init; }

    /// <summary>A proxy has forwarded the request.</summary>
    public bool IsForwarded { get; init; }

    /// <summary>The name in the header Host is one of this machine, and no name that a foreign DNS server could point to it.</summary>
    public bool IsLocalHost { get; init; }

    /// <summary>The request has the token of this process.</summary>
    public bool HasToken { get; init; }
}
