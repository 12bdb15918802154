using System;
using System.Reflection;
using System.Reflection.Emit;

namespace Hyperion.Codecs;

/// <summary>Writes all fields of an object, each through its slot.</summary>
internal delegate void FieldsWriter(object[] slots, SerializerSession to, object source);

/// <summary>Reads fields into an object (a boxed one for a struct), each through its slot.</summary>
internal delegate void FieldsReader(object[] slots, DeserializerSession from, object target);

/// <summary>
/// Compiles, once per type, the code that carries fields between an object and their slots. In IL: expressions cannot
/// assign to a read-only field, and records have nothing else.
/// </summary>
internal static class FieldsCompiler
{
    public static FieldsWriter Writer((string Name, FieldInfo Field)[] fields)
    {
        var method = new DynamicMethod("write", typeof(void), [typeof(object[]), typeof(SerializerSession), typeof(object)], typeof(FieldsCompiler), skipVisibility: true);
        var il = method.GetILGenerator();
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i].Field;
            var slot = LoadSlot(il, i, field);
            il.Emit(OpCodes.Ldarg_1);
            LoadObject(il, field);
            il.Emit(OpCodes.Ldfld, field);
            il.Emit(OpCodes.Callvirt, slot.GetMethod("Write"));
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<FieldsWriter>();
    }

    /// <param name="fields">All fields, in the order of the slots.</param>
    /// <param name="only">The one to read; -1: all.</param>
    public static FieldsReader Reader((string Name, FieldInfo Field)[] fields, int only = -1)
    {
        var method = new DynamicMethod("read", typeof(void), [typeof(object[]), typeof(DeserializerSession), typeof(object)], typeof(FieldsCompiler), skipVisibility: true);
        var il = method.GetILGenerator();
        for (var i = 0; i < fields.Length; i++)
        {
            if (only >= 0 && only != i)
            {
                continue;
            }

            var field = fields[i].Field;
            LoadObject(il, field);
            var slot = LoadSlot(il, i, field);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Callvirt, slot.GetMethod("Read"));
            il.Emit(OpCodes.Stfld, field);
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<FieldsReader>();
    }

    private static Type LoadSlot(ILGenerator il, int index, FieldInfo field)
    {
        var slot = typeof(Slot<>).MakeGenericType(field.FieldType);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldelem_Ref);
        il.Emit(OpCodes.Castclass, slot);
        return slot;
    }

    private static void LoadObject(ILGenerator il, FieldInfo field)
    {
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(field.DeclaringType.IsValueType ? OpCodes.Unbox : OpCodes.Castclass, field.DeclaringType);
    }
}
