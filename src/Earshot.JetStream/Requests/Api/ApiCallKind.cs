namespace Earshot.JetStream.Requests;

/// <summary>Specifies whether a call of the API may be repeated when it is temporarily rejected or not answered.</summary>
internal enum ApiCallKind
{
    /// <summary>The call changes nothing. It is repeated until its timeout.</summary>
    Read,

    /// <summary>The call is idempotent. It is repeated until its timeout.</summary>
    Repeatable,

    /// <summary>The call is repeated only while it certainly had no effect.</summary>
    Once,
}
