namespace Earshot.Server.JetStream;

/// <summary>Answers requests that end the pin of a priority group.</summary>
internal static class UnpinApi
{
    private const string Type = "consumer_unpin";

    public static byte[] Unpin(JetStreamAccount account, string stream, string name, ApiCall call)
    {
        ApiError? error = ConsumerErrors.EmptyBody;
        UnpinRequest? asked = call.Body.Length == 0 ? null : JetStreamJson.Read(call.Body, ConsumerJson.Default.UnpinRequest, out error, isStrict: false); // as a real server
        ConsumerState? consumer = account.Find(stream, name);
        error = asked is null ? error
            : string.IsNullOrEmpty(asked.Group) ? ConsumerErrors.GroupMissing
            : !PriorityGroupRules.IsValid(asked.Group) ? ConsumerErrors.InvalidGroup
            : account.Find(stream) is null ? ApiError.StreamNotFound
            : consumer is null ? ApiError.ConsumerNotFound
            : consumer.Config.PriorityGroups?.Contains(asked.Group) != true ? ConsumerErrors.GroupNotFound
            : null;
        if (error is not null)
        {
            return ApiAnswer.Error(Type, error);
        }

        consumer!.Unpin(asked!.Group!);
        return ApiAnswer.Of(Type);
    }
}
