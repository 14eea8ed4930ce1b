namespace Earshot.Simulation.Checks;

/// <summary>One published message, from the call until the end of the run.</summary>
internal sealed class Message(int id, string publisher, int size, long started)
{
    public int Id => id;

    public string Publisher => publisher;

    public int Size => size;

    /// <summary>The number of the step in which the call began.</summary>
    public long Started => started;

    /// <summary>The number of the step in which the call completed without an exception; the largest while it has not.</summary>
    public long Accepted { get; set; } = long.MaxValue;

    /// <summary>The call failed and said that the server never received the message.</summary>
    public Exception? NotSent { get; set; }

    /// <summary>How often servers received it.</summary>
    public int Seen { get; set; }

    public override string ToString() => $"message {id} of {publisher} ({size} bytes)";
}
