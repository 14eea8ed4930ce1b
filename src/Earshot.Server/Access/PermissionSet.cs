using Earshot.Server.Routing;

namespace Earshot.Server.Access;

/// <summary>What one user may do. Immutable; a live change replaces it. Deny beats allow, an empty allow list allows all.</summary>
internal sealed class PermissionSet(NatsTestServerPermissions? permissions)
{
    private static readonly NatsTestServerPermissions s_everything = new();

    private readonly SubjectList _publishAllow = new((permissions ?? s_everything).PublishAllow);
    private readonly SubjectList _publishDeny = new((permissions ?? s_everything).PublishDeny);
    private readonly SubjectList _subscribeAllow = new((permissions ?? s_everything).SubscribeAllow);
    private readonly SubjectList _subscribeDeny = new((permissions ?? s_everything).SubscribeDeny);

    public static PermissionSet Everything { get; } = new(null);

    public NatsTestServerPermissions Source { get; } = permissions ?? s_everything;

    public int MaxResponses => Source.MaxResponses;

    public bool LimitsPublishing => !_publishAllow.IsEmpty || !_publishDeny.IsEmpty || MaxResponses > 0;

    public bool MayPublish(ReadOnlySpan<byte> subject)
    {
        // With permission to respond, an empty list means: nothing but responses.
        bool allowed = _publishAllow.IsEmpty ? MaxResponses == 0 : _publishAllow.Covers(subject);
        return allowed && !_publishDeny.Covers(subject);
    }

    public bool MaySubscribe(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> queue) =>
        (_subscribeAllow.IsEmpty || _subscribeAllow.Covers(subject, queue)) && !_subscribeDeny.Covers(subject, queue);

    /// <summary>A wildcard over a denied subject is accepted and filtered message by message.</summary>
    public bool NeedsDeliveryFilter(byte[] subject) =>
        !_subscribeDeny.IsEmpty && SubjectForm.HasWildcard(subject) && _subscribeDeny.Subjects.Any(denied => SubjectForm.Matches(subject, denied));

    public bool MayReceive(ReadOnlySpan<byte> subject) => !_subscribeDeny.Covers(subject);
}
