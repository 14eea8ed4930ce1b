namespace Earshot.JetStream.Consuming;

/// <summary>Creates what the messages of one push consumer share.</summary>
internal static class PushOrigins
{
    public static ConsumerOrigin Of(PushPlan plan, ConsumerHub hub, string name, PushFloor? floor, ConsumerTraits traits) => new(hub, plan.Parts.Options.Prefix, plan.Stream, name)
    {
        Traits = traits,
        DoubleAck = plan.Parts.Options.DoubleAck,
        Deliveries = new DeliveryWatch(plan.Parts, plan.Stream),
        Acknowledged = floor is null ? null : floor.Acknowledged,
    };
}
