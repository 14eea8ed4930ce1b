namespace Earshot;

/// <summary>A serializer and deserializer of one type that also use the message around the payload.</summary>
/// <typeparam name="T">The type published and received.</typeparam>
public interface INatsSerializerWithContext<T> : INatsSerializeWithContext<T>, INatsDeserializeWithContext<T>;
