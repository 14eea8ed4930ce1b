namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>Short forms, so that a row of the tables is one line.</summary>
internal static class Row
{
    public static ByteRow Accepted(string id, string name, string bytes, params string[] delivered) =>
        new(id, name, Disposition.Accepted) { Bytes = bytes, Delivered = delivered };

    /// <summary>A plain PING that must be answered.</summary>
    public static ByteRow Answered(string id, string name, string bytes, params string[] sent) =>
        new(id, name, Disposition.Accepted) { Bytes = bytes, Sent = sent };

    public static ByteRow Reported(string id, string name, string bytes, string text, params NatsEventKind[] events) =>
        new(id, name, Disposition.Accepted) { Bytes = bytes, Text = text, Events = events };

    public static ByteRow Warned(string id, string name, string bytes, string text, string difference = "") =>
        new(id, name, Disposition.Warned) { Bytes = bytes, Text = text, Events = [NatsEventKind.ConfigurationWarning], Difference = difference };

    /// <summary>A message whose header block is this text.</summary>
    public static ByteRow Block(string id, string name, string block, string delivered) =>
        Accepted(id, name, HeaderMessage(block), delivered);

    /// <summary>The same, where the block cannot be read.</summary>
    public static ByteRow BadBlock(string id, string name, string block) =>
        new(id, name, Disposition.MessageError) { Bytes = HeaderMessage(block), Delivered = ["foo||!|hi"] };

    public static ByteRow Violation(string id, string name, string bytes, params string[] delivered) =>
        new(id, name, Disposition.ProtocolError) { Bytes = bytes, Delivered = delivered };

    public static ByteRow Failure(string id, string name, string bytes, string text, NatsConnectPhase phase = NatsConnectPhase.Info) =>
        new(id, name, Disposition.HandshakeFailure) { Bytes = bytes, Text = text, Phase = phase };

    public static ByteRow Scenario(string id, string name, Disposition disposition, Func<Task> scenario) =>
        new(id, name, disposition) { Scenario = scenario };

    public static ByteRow Elsewhere(string id, string name, Disposition disposition, string file, string test) =>
        new(id, name, disposition) { Elsewhere = (file, test) };

    public static string HeaderMessage(string block, string payload = "hi") => $"HMSG foo 1 {block.Length} {block.Length + payload.Length}\r\n{block}{payload}\r\n";
}
