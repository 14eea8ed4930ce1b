namespace Earshot.Server.JetStream;

/// <summary>What a message of a fast batch does, by the numbers of its reply subject.</summary>
internal enum FastOperation
{
    Start,
    Add,
    Commit,

    /// <summary>Ends the batch; the message is not stored.</summary>
    End,

    /// <summary>Asks for the last ack again; the message is not stored.</summary>
    Ping,
}
