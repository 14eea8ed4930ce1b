namespace Earshot.Protocol;

/// <summary>The protocol rule that was violated. A server reports some of these to the client and closes silently on others.</summary>
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
