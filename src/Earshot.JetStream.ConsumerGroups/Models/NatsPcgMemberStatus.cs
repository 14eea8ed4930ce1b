namespace Earshot.JetStream.ConsumerGroups;

/// <summary>The status of one member of an elastic group.</summary>
/// <param name="InMembership">Whether the configuration of the group contains the member.</param>
/// <param name="IsActive">Whether the member has a consumer, which exists only while an instance of the member consumes, and for about one AckWait afterwards.</param>
public readonly record struct NatsPcgMemberStatus(bool InMembership, bool IsActive);
