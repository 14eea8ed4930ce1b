using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Earshot.Messages;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Serialization;
using Earshot.Subscriptions;

namespace Earshot;

/// <summary>What a requester wants of its reply.</summary>
internal readonly record struct ReplyTerms<T>(NatsConnection Connection, INatsDeserialize<T> Deserializer, bool ThrowsNoResponders);
