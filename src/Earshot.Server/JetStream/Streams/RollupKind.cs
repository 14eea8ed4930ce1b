namespace Earshot.Server.JetStream;

/// <summary>Which earlier messages a stored message replaces.</summary>
internal enum RollupKind
{
    None,

    /// <summary>Those of its subject.</summary>
    Subject,

    /// <summary>All of the stream.</summary>
    All,
}
