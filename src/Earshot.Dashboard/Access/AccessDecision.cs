namespace Earshot.Dashboard.Access;

/// <summary>Whether a request is answered.</summary>
internal enum AccessDecision
{
    /// <summary>It is answered.</summary>
    Allowed,

    /// <summary>It is answered as if nothing was mapped.</summary>
    NotFound,

    /// <summary>It comes from this machine, without the token.</summary>
    TokenMissing,
}
