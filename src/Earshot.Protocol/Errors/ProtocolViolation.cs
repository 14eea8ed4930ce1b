namespace Earshot.Protocol;

/// <summary>Which rule of the wire was broken. A server tells the client about some of these and closes silently on others.</summary>
internal enum ProtocolViolation : byte
{
    /// <summary>Unknown verb or broken framing.</summary>
    UnknownOperation,

    /// <summary>A known verb with arguments that cannot be read.</summary>
    MalformedArguments,

    ControlLineTooLong,

    MessageTooLarge,

    /// <summary>INFO that is no object of the expected fields.</summary>
    MalformedInfo,
}
