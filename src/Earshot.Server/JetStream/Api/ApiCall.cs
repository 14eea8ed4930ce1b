namespace Earshot.Server.JetStream;

/// <summary>A request to the API.</summary>
/// <param name="Words">The tokens of its subject behind <c>$JS.API</c>.</param>
/// <param name="ReplyTo">The subject of its answer; empty: none.</param>
/// <param name="Body">Its payload.</param>
internal sealed record ApiCall(string[] Words, byte[] ReplyTo, byte[] Body)
{
    /// <summary>The level of the API that the requester needs, by a header.</summary>
    public int RequiredLevel { get; init; }

    /// <summary>Reads the body; an empty one is the default.</summary>
    public T? Read<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, out ApiError? error)
        where T : class, IStrictModel, new()
    {
        error = null;
        return Body.Length == 0 ? new T() : JetStreamJson.Read(Body, type, out error);
    }
}
