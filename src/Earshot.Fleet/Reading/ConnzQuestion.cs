using System.Text.Json.Serialization;

namespace Earshot.Fleet.Reading;

/// <summary>What is asked of all servers. The state is a number; a text is an error.</summary>
internal sealed record ConnzQuestion
{
    /// <summary>The connections that are open.</summary>
    public const int Open = 0;

    /// <summary>The connections that were closed.</summary>
    public const int Closed = 1;

    /// <summary>The default of servers; larger answers may exceed the maximum payload.</summary>
    public const int PageSize = 1024;

    /// <summary>The question for all open connections.</summary>
    public static ConnzQuestion ForOpen { get; } = new() { State = Open, Sort = "cid" };

    /// <summary>The question for all closed connections that the servers remember, the oldest first.</summary>
    public static ConnzQuestion ForClosed { get; } = new() { State = Closed, Sort = "stop" };

    [JsonPropertyName("state")]
    public int State { get; init; }

    [JsonPropertyName("auth")]
    public bool Auth { get; init; } = true;

    [JsonPropertyName("sort")]
    public required string Sort { get; init; }

    [JsonPropertyName("offset")]
    public int Offset { get; init; }

    [JsonPropertyName("limit")]
    public int Limit { get; init; } = PageSize;
}
